import Capture
import Packets

/// A few frames in memory, in the order in which they were captured.
struct EvidenceFrames {
  /// The bytes of all frames, one after the other.
  private(set) var bytes: [UInt8] = []
  /// The frames; their offsets point into `bytes`.
  private(set) var frames: [Frame] = []

  /// Makes an empty list.
  init() {}

  /// Reads the frames of evidence files as one stream.
  ///
  /// - Parameter paths: The files.
  /// - Throws: `CaptureError` if one is missing, no capture or damaged.
  /// - Complexity: O(n) in time and space.
  init(paths: [String]) throws(CaptureError) {
    var options = CaptureOptions()
    options.strict = true
    options.hashesInputs = false
    options.threads = 1
    var source = try CaptureSource(paths: paths, options: options)
    var read = EvidenceFrames()
    while try source.nextFrames({ frames, bytes in
      while let frame = frames.next() { read.add(frame, in: bytes) }
    }) > 0 {}
    self = read
  }

  /// Reads the frames of evidence files, each of a sensor.
  ///
  /// - Parameter files: The files, each with the index of its sensor.
  /// - Returns: The frames, and for each of their files the index of its sensor.
  /// - Throws: `CaptureError` if a file is missing, no capture or damaged.
  static func read(
    _ files: [(path: String, sensor: Int)]
  ) throws(CaptureError) -> (frames: EvidenceFrames, sensors: [Int]) {
    guard !files.isEmpty else { return (EvidenceFrames(), []) }
    // The source orders its files by time; each is told by its name again.
    var options = CaptureOptions()
    options.hashesInputs = false
    options.threads = 1
    let order = try CaptureSource(paths: files.map(\.path), options: options).inputs.map(\.name)
    return (
      try EvidenceFrames(paths: files.map(\.path)),
      order.map { name in files.first { $0.path == name }?.sensor ?? 0 }
    )
  }

  /// Adds a frame.
  ///
  /// - Parameters:
  ///   - frame: The frame.
  ///   - bytes: The bytes into which its offset points.
  mutating func add(_ frame: Frame, in bytes: RawSpan) {
    var own = frame
    own.offset = self.bytes.count
    self.bytes.append(copying: bytes.extracting(frame.range))
    frames.append(own)
  }

  /// Adds a frame whose bytes are held.
  ///
  /// - Parameters:
  ///   - frame: The frame; its offset counts for nothing.
  ///   - content: Its bytes.
  mutating func add(_ frame: Frame, content: [UInt8]) {
    var own = frame
    own.offset = bytes.count
    bytes += content
    frames.append(own)
  }
}
