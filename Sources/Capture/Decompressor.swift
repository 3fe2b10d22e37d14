import Packets

/// Decompresses a stream piece by piece.
///
/// Used by one thread at a time.
protocol Decompressor: AnyObject {
  /// Decompresses some bytes.
  ///
  /// - Parameters:
  ///   - input: The next compressed bytes, not empty.
  ///   - output: Receives uncompressed bytes, not empty.
  /// - Returns: What was done. At least one byte is consumed or produced, unless it failed.
  func step(_ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer) -> DecompressionStep
}

/// What one step of a `Decompressor` did.
struct DecompressionStep {
  /// Bytes consumed of the input.
  var consumed = 0
  /// Bytes written to the output.
  var produced = 0
  /// Whether the data may end here: a member, frame or stream is complete, and another may follow.
  var mayEnd = false
  /// Why the input cannot be decompressed; a clause.
  var failure: String?
}

extension CaptureInput.Compression {
  /// Bytes by which a compression is recognised, padding frames of zstd and LZ4 not counted.
  static let magicLength = 6

  /// Recognises a compression by its first bytes.
  ///
  /// - Parameter bytes: The first bytes of a file.
  init?(_ bytes: RawSpan) {
    func begins(at offset: Int = 0, with magic: [UInt8]) -> Bool {
      bytes.byteCount - offset >= magic.count
        && magic.indices.allSatisfy { bytes.uint8(at: offset + $0) == magic[$0] }
    }
    if begins(with: [0x1F, 0x8B, 0x08]) {
      self = .gzip
    } else if begins(with: [0xFD, 0x37, 0x7A, 0x58, 0x5A, 0x00]) {
      self = .xz
    } else {
      // Skippable frames (RFC 8878 section 3.1.2) may stand first, and are the same in both formats.
      var offset = 0
      while bytes.byteCount - offset >= 8, bytes.uint32(at: offset) & 0xFFFF_FFF0 == 0x184D_2A50 {
        let length = Int(bytes.uint32(at: offset + 4))
        guard length <= bytes.byteCount - offset - 8 else { return nil }
        offset += 8 + length
      }
      if begins(at: offset, with: [0x28, 0xB5, 0x2F, 0xFD]) {
        self = .zstd
      } else if begins(at: offset, with: [0x04, 0x22, 0x4D, 0x18]) {
        self = .lz4
      } else {
        return nil
      }
    }
  }

  /// Makes its decompressor.
  func makeDecompressor() -> any Decompressor {
    switch self {
    case .gzip: GzipDecompressor()
    case .zstd: ZstdDecompressor()
    case .lz4: LZ4Decompressor()
    case .xz: XZDecompressor()
    }
  }
}
