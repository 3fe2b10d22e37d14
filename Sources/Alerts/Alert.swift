package import Assessment
package import Packets

/// A verdict on its way to those who want to know of it now.
///
/// Built once and shared by all sinks. Immutable.
package final class Alert: Sendable {
  /// The flow's uid, as in every log.
  package let uid: String
  /// What packets prove of the flow.
  package let verdict: Verdict
  /// Why.
  package let reason: VerdictReason
  /// The evidence grade of the side of which the verdict speaks.
  package let grade: String
  /// The actor's name in the catalog.
  package let actor: String?
  /// The claim's identifier in the catalog.
  package let claim: String?
  /// Whether the flow goes on, so that a later alert may say otherwise.
  package let isProvisional: Bool
  /// Which alert of its run it is, from 1.
  package let number: UInt64
  /// When it was said.
  package let time: Timestamp
  /// What the kernel did about that time.
  package let interval: CaptureInterval
  /// The flow record, verdict and interval as a JSON object on one line, without its end.
  package let json: String
  /// The same for people, on one line, without its end; free of control characters.
  package let text: String

  /// Makes an alert.
  package init(
    uid: String, verdict: Verdict, reason: VerdictReason, grade: String, actor: String?, claim: String?,
    isProvisional: Bool, number: UInt64, time: Timestamp, interval: CaptureInterval, json: String, text: String
  ) {
    self.uid = uid
    self.verdict = verdict
    self.reason = reason
    self.grade = grade
    self.actor = actor
    self.claim = claim
    self.isProvisional = isProvisional
    self.number = number
    self.time = time
    self.interval = interval
    self.json = json
    self.text = text
  }
}

/// What kernel and interfaces counted in a stretch of time.
package struct CaptureInterval: Sendable, Equatable {
  /// Packets that came, dropped ones included.
  package var packets: UInt64
  /// Packets that were dropped.
  package var drops: UInt64

  /// Makes an interval.
  package init(packets: UInt64 = 0, drops: UInt64 = 0) {
    self.packets = packets
    self.drops = drops
  }
}
