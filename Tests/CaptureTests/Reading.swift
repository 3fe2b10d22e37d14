import Capture
import Packets

/// A frame with its bytes.
struct ReadFrame: Equatable {
  var time: Int64
  var number: UInt64
  var wireLength: UInt32
  var file: UInt32
  var linkType: LinkType
  var bytes: [UInt8]
}

/// All that a source gave.
struct ReadResult {
  var frames: [ReadFrame] = []
  var inputs: [CaptureInput] = []
  var skipped: [(name: String, reason: String)] = []
  var firstPacketTime: Timestamp?
  var largestBatch = 0
  var batches = 0
  var error: CaptureError?
}

/// Reads inputs to the end; what was read before an error while reading is in the result with the error.
func readAll(_ paths: [String], options: CaptureOptions = CaptureOptions()) throws(CaptureError) -> ReadResult {
  var source = try CaptureSource(paths: paths, options: options)
  var result = ReadResult()
  result.firstPacketTime = source.firstPacketTime
  do throws(CaptureError) {
    var more = true
    while more {
      more = try source.nextBatch { frames, bytes in
        result.batches += 1
        result.largestBatch = max(result.largestBatch, frames.count)
        for index in frames.indices {
          let frame = frames[index]
          let content = bytes.extracting(frame.range)
          result.frames.append(
            ReadFrame(
              time: frame.timestamp.nanoseconds, number: frame.number, wireLength: frame.wireLength,
              file: frame.file, linkType: frame.linkType,
              bytes: unsafe content.withUnsafeBytes { unsafe Array($0) }))
        }
      }
    }
  } catch {
    result.error = error
  }
  result.inputs = source.inputs
  result.skipped = source.skipped
  return result
}
