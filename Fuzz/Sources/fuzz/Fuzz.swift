import Foundation
import FuzzTargets

// The package manager expects a main function of the module's name; libFuzzer's driver takes it from there.

@_silgen_name("LLVMFuzzerRunDriver")
private func runDriver(
  _ count: UnsafeMutablePointer<CInt>,
  _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?>,
  _ body: @convention(c) (UnsafePointer<UInt8>, Int) -> CInt
) -> CInt

nonisolated(unsafe) private var target: FuzzTarget?

/// Starts libFuzzer on the target that the environment variable FUZZ_TARGET names.
///
/// - Parameters:
///   - count: How many arguments there are.
///   - arguments: libFuzzer's options and corpus folders.
/// - Returns: libFuzzer's exit code; 64 if there is no such target.
@_cdecl("fuzz_main")
public func main(_ count: CInt, _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?) -> CInt {
  let name = ProcessInfo.processInfo.environment["FUZZ_TARGET"] ?? ""
  target = FuzzTarget(rawValue: name)
  guard target != nil else {
    let names = FuzzTarget.allCases.map(\.rawValue).joined(separator: ", ")
    print("FUZZ_TARGET is '\(name)'; it must be one of \(names)")
    return 64
  }
  var (count, arguments) = (count, arguments)
  return runDriver(&count, &arguments) { start, size in
    target?.run(Array(UnsafeBufferPointer(start: start, count: size)))
    return 0
  }
}
