import Foundation

/// What the machine offers: only how fast and how much, never what comes out.
enum Processors {
  /// Processors that this process may use.
  static var count: Int { ProcessInfo.processInfo.activeProcessorCount }
  /// Bytes of the machine's memory.
  static var memory: Int { Int(ProcessInfo.processInfo.physicalMemory) }
}
