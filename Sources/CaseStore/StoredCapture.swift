import Capture
import Packets

/// A capture of a case: all that a report says of an input, and where it was captured.
package struct StoredCapture: Codable, Sendable {
  private struct Damage: Codable {
    var frame: UInt64
    var offset: UInt64
    var reason: String
  }

  private var name: String
  private var byteCount: UInt64
  private var sha256: String?
  private var format: String?
  private var compression: String?
  private var linkTypes: [LinkType.RawValue]
  private var packetCount: UInt64
  private var filteredCount: UInt64
  private var truncatedCount: UInt64
  private var interfaceDrops: UInt64?
  // Not in cases of earlier versions.
  private var untimedCount: UInt64?
  private var absences: [ClosedRange<Int64>]?
  private var firstFrame: Int64?
  private var firstPacket: Int64?
  private var lastPacket: Int64?
  private var damage: Damage?

  init(_ input: CaptureInput) {
    (name, byteCount, sha256) = (input.name, input.byteCount, input.sha256)
    (format, compression) = (input.format?.rawValue, input.compression?.rawValue)
    linkTypes = input.linkTypes.map(\.rawValue)
    (packetCount, filteredCount, truncatedCount) = (input.packetCount, input.filteredCount, input.truncatedCount)
    (interfaceDrops, untimedCount) = (input.interfaceDrops, input.untimedCount)
    absences = input.absences.map { $0.lowerBound.nanoseconds...$0.upperBound.nanoseconds }
    (firstFrame, firstPacket) = (input.firstFrame?.nanoseconds, input.firstPacket?.nanoseconds)
    lastPacket = input.lastPacket?.nanoseconds
    damage = input.damage.map { Damage(frame: $0.frame, offset: $0.offset, reason: $0.reason) }
  }

  /// The input as the run that read it knew it.
  var input: CaptureInput {
    var input = CaptureInput(name: name)
    (input.byteCount, input.sha256) = (byteCount, sha256)
    input.format = format.flatMap(CaptureInput.Format.init)
    input.compression = compression.flatMap(CaptureInput.Compression.init)
    input.linkTypes = linkTypes.map { LinkType(rawValue: $0) }
    (input.packetCount, input.filteredCount, input.truncatedCount) = (packetCount, filteredCount, truncatedCount)
    (input.interfaceDrops, input.untimedCount) = (interfaceDrops, untimedCount ?? 0)
    input.absences = (absences ?? []).map {
      Timestamp(nanoseconds: $0.lowerBound)...Timestamp(nanoseconds: $0.upperBound)
    }
    input.firstFrame = firstFrame.map { Timestamp(nanoseconds: $0) }
    input.firstPacket = firstPacket.map { Timestamp(nanoseconds: $0) }
    input.lastPacket = lastPacket.map { Timestamp(nanoseconds: $0) }
    input.damage = damage.map { CaptureInput.Damage(frame: $0.frame, offset: $0.offset, reason: $0.reason) }
    return input
  }
}
