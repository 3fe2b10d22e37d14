import Alerts
import Assessment
import Capture
import Foundation
import Packets
import Synchronization

extension Alert {
  /// An alert as of a capture.
  static func sample(
    _ number: UInt64 = 1, verdict: Verdict = .exclusive, actor: String? = "Example country network",
    text: String = "EXCLUSIVE (direct)"
  ) -> Alert {
    Alert(
      uid: "C1a2b3", verdict: verdict, reason: .direct, grade: "E4", actor: actor, claim: "example-net-ipv4",
      isProvisional: true, number: number, time: Timestamp(nanoseconds: 1_416_821_400_123_456_789),
      interval: CaptureInterval(packets: 2_000, drops: 3), json: "{\"number\":\(number)}", text: text)
  }
}

extension Backoff {
  /// Milliseconds instead of seconds.
  static var quick: Backoff {
    var backoff = Backoff()
    backoff.first = 2
    backoff.limit = 10
    return backoff
  }
}

/// A sink that does what a test says.
final class ScriptedSink: AlertSink {
  private let body: (Alert) -> Delivery
  init(_ body: @escaping (Alert) -> Delivery) { self.body = body }
  func deliver(_ alert: Alert) -> Delivery { body(alert) }
}

/// Values that threads of a test hand over.
final class Box<Value: Sendable>: Sendable {
  private let shared: Mutex<Value>
  init(_ value: Value) { shared = Mutex(value) }
  var value: Value { shared.withLock { $0 } }
  func update<Result>(_ change: (inout Value) -> Result) -> Result { shared.withLock { change(&$0) } }
}

/// Waits until something holds.
///
/// - Returns: False if it did not in so many seconds.
func eventually(within seconds: Double = 5, _ condition: () -> Bool) -> Bool {
  let deadline = ContinuousClock.now + .seconds(seconds)
  while !condition() {
    guard ContinuousClock.now < deadline else { return false }
    usleep(2_000)
  }
  return true
}

/// A folder that goes with the last reference to it.
final class TestFolder: Sendable {
  private let url = FileManager.default.temporaryDirectory.appending(path: "ascribe-alerts-\(UUID().uuidString)")
  init() throws { try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true) }
  deinit { try? FileManager.default.removeItem(at: url) }
  func path(_ name: String) -> String { url.appending(path: name).path }
  func text(_ name: String) -> String { (try? String(contentsOfFile: path(name), encoding: .utf8)) ?? "" }
}
