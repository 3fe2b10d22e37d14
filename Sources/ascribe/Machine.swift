import Foundation

/// What the machine offers: only how fast and how much, never what comes out.
enum Machine {
  /// Processors that this process may use.
  static var processorCount: Int { ProcessInfo.processInfo.activeProcessorCount }

  /// Bytes of memory that this process may take: the machine's, or less where a control group says so, as that of a
  /// container or a service does.
  static var memory: Int {
    let membership = (try? String(contentsOfFile: "/proc/self/cgroup", encoding: .utf8)) ?? ""
    return min(
      Int(ProcessInfo.processInfo.physicalMemory), memoryLimit(membership: membership, root: "/sys/fs/cgroup") ?? .max)
  }

  /// The least memory of the control groups that a process is in (cgroups(7)).
  ///
  /// - Parameters:
  ///   - membership: What /proc/PID/cgroup says.
  ///   - root: Where control groups are mounted. In a container it may be the container's own group, of which membership
  ///     knows the path outside: every folder on the way up that is there counts.
  /// - Returns: Bytes; nothing where there is no limit.
  static func memoryLimit(membership: String, root: String) -> Int? {
    var limits: [Int] = []
    for line in membership.split(separator: "\n") {
      let fields = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
      guard fields.count == 3 else { continue }
      let isUnified = fields[1].isEmpty
      guard isUnified || fields[1].split(separator: ",").contains("memory") else { continue }
      var steps = fields[2].split(separator: "/")
      while true {
        let folder = ([isUnified ? root : "\(root)/memory"] + steps.map(String.init)).joined(separator: "/")
        let file = "\(folder)/\(isUnified ? "memory.max" : "memory.limit_in_bytes")"
        let text = (try? String(contentsOfFile: file, encoding: .utf8)) ?? ""
        // "max", where there is none, is no number.
        if let bytes = Int(text.trimmingCharacters(in: .whitespacesAndNewlines)) { limits.append(bytes) }
        if steps.popLast() == nil { break }
      }
    }
    return limits.min()
  }
}
