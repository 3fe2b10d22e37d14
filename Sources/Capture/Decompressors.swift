import CISAL
import CLZ4
import CLZMA
import CZstd

// Each step passes the library pointers and lengths of buffers that live through the call, and the library writes no
// more than the length of the output. Contexts are made by init and freed by deinit, and never leave their instance.

extension Decompressor {
  /// Decompresses some bytes, as the other `step` does.
  ///
  /// - Parameters:
  ///   - input: The next compressed bytes, not empty.
  ///   - output: Receives uncompressed bytes, at its front; not empty.
  /// - Returns: What was done.
  func step(_ input: RawSpan, into output: inout MutableRawSpan) -> DecompressionStep {
    unsafe output.withUnsafeMutableBytes { output in unsafe input.withUnsafeBytes { unsafe step($0, into: output) } }
  }
}

/// How many zero bytes stand in front.
private func zeroCount(_ bytes: UnsafeRawBufferPointer) -> Int {
  unsafe bytes.firstIndex { $0 != 0 } ?? bytes.count
}

/// Decompresses gzip (RFC 1952) with ISA-L, in half the time that zlib takes; several members are one stream, and zero
/// bytes between them are padding.
@safe
final class GzipDecompressor: Decompressor {
  /// The longest match (RFC 1951 section 3.2.5).
  private static let longestMatch = 258

  private let state: UnsafeMutablePointer<inflate_state>
  private var isBetweenMembers = false

  init() {
    unsafe state = UnsafeMutablePointer<inflate_state>.allocate(capacity: 1)
    start()
  }

  deinit { unsafe state.deallocate() }

  /// Makes the state ready for a member.
  private func start() {
    // Sets every field but the buffers, which are written before they are read.
    unsafe isal_inflate_init(state)
    unsafe state.pointee.crc_flag = UInt32(ISAL_GZIP)
  }

  func step(_ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer) -> DecompressionStep {
    if isBetweenMembers {
      let zeros = unsafe zeroCount(input)
      guard zeros == 0, input.count > 0 else { return DecompressionStep(consumed: zeros, mayEnd: true) }
      start()
      isBetweenMembers = false
    }
    // ISA-L counts in 32 bits.
    let available = min(input.count, 1 << 30)
    let room = min(output.count, 1 << 30)
    unsafe state.pointee.next_in = UnsafeMutablePointer(
      mutating: input.baseAddress?.assumingMemoryBound(to: UInt8.self))
    unsafe state.pointee.avail_in = UInt32(available)
    unsafe state.pointee.next_out = output.baseAddress?.assumingMemoryBound(to: UInt8.self)
    unsafe state.pointee.avail_out = UInt32(room)
    let result = unsafe isal_inflate(state)
    // In corrupt data it may count a byte or two more than it was given; it does not read them.
    let left = unsafe Int32(bitPattern: state.pointee.avail_in)
    var step = DecompressionStep(
      consumed: available - max(Int(left), 0), produced: room - Int(unsafe state.pointee.avail_out))
    if unsafe result == ISAL_DECOMP_OK && state.pointee.block_state == ISAL_BLOCK_FINISH {
      isBetweenMembers = true
      step.mayEnd = true
    } else if left < 0 || ![ISAL_DECOMP_OK, ISAL_END_INPUT, ISAL_OUT_OVERFLOW].contains(result) {
      step.failure = Self.describe(result)
      // A match that it refuses it may count as produced, and has written nothing there: what lies in the memory, of
      // another capture perhaps, is no content of this one.
      if result == ISAL_INVALID_LOOKBACK { step.produced -= min(step.produced, Self.longestMatch) }
    }
    return step
  }

  private static func describe(_ result: Int32) -> String {
    switch result {
    case ISAL_INVALID_BLOCK: "invalid block"
    case ISAL_INVALID_SYMBOL: "invalid symbol"
    case ISAL_INVALID_LOOKBACK: "invalid distance too far back"
    case ISAL_INVALID_WRAPPER: "incorrect header"
    case ISAL_UNSUPPORTED_METHOD: "unknown compression method"
    case ISAL_INCORRECT_CHECKSUM: "incorrect data check"
    default: "error \(result)"
    }
  }
}

/// Decompresses Zstandard (RFC 8878) with libzstd; several frames are one stream.
@safe
final class ZstdDecompressor: Decompressor {
  private let context: OpaquePointer

  init() {
    guard let context = unsafe ZSTD_createDCtx() else { fatalError("libzstd cannot be used") }
    unsafe self.context = context
  }

  deinit { unsafe ZSTD_freeDCtx(context) }

  func step(_ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer) -> DecompressionStep {
    var source = unsafe ZSTD_inBuffer(src: input.baseAddress, size: input.count, pos: 0)
    var target = unsafe ZSTD_outBuffer(dst: output.baseAddress, size: output.count, pos: 0)
    let result = unsafe ZSTD_decompressStream(context, &target, &source)
    var step = unsafe DecompressionStep(consumed: source.pos, produced: target.pos, mayEnd: result == 0)
    // The name is a constant string.
    if ZSTD_isError(result) != 0 { step.failure = unsafe String(cString: ZSTD_getErrorName(result)) }
    return step
  }
}

/// Decompresses the LZ4 frame format with liblz4; several frames are one stream.
@safe
final class LZ4Decompressor: Decompressor {
  private let context: OpaquePointer

  init() {
    var context: OpaquePointer?
    let result = unsafe LZ4F_createDecompressionContext(&context, UInt32(LZ4F_VERSION))
    guard let context = unsafe context, LZ4F_isError(result) == 0 else { fatalError("liblz4 cannot be used") }
    unsafe self.context = context
  }

  deinit { unsafe LZ4F_freeDecompressionContext(context) }

  func step(_ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer) -> DecompressionStep {
    var (consumed, produced) = (input.count, output.count)
    let result = unsafe LZ4F_decompress(
      context, output.baseAddress, &produced, input.baseAddress, &consumed, nil)
    guard LZ4F_isError(result) == 0 else {
      // The name is a constant string.
      return DecompressionStep(failure: unsafe String(cString: LZ4F_getErrorName(result)))
    }
    return DecompressionStep(consumed: consumed, produced: produced, mayEnd: result == 0)
  }
}

/// Decompresses xz with liblzma; several streams and padding are one stream.
@safe
final class XZDecompressor: Decompressor {
  /// Memory that a stream may ask for: twice what the highest preset needs.
  private static let memoryLimit: UInt64 = 128 << 20

  private let stream: UnsafeMutablePointer<lzma_stream>
  private var isBetweenStreams = false

  init() {
    unsafe stream = UnsafeMutablePointer<lzma_stream>.allocate(capacity: 1)
    unsafe stream.initialize(to: lzma_stream())
    start()
  }

  deinit {
    unsafe lzma_end(stream)
    unsafe stream.deallocate()
  }

  /// Makes the decoder ready for a stream; the memory of the one before is used again.
  private func start() {
    let result = unsafe lzma_stream_decoder(stream, Self.memoryLimit, 0)
    guard result == LZMA_OK else { fatalError("liblzma cannot be used (\(result.rawValue))") }
  }

  func step(_ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer) -> DecompressionStep {
    if isBetweenStreams {
      let zeros = unsafe zeroCount(input)
      guard zeros == 0, input.count > 0 else { return DecompressionStep(consumed: zeros, mayEnd: true) }
      start()
      isBetweenStreams = false
    }
    unsafe stream.pointee.next_in = input.baseAddress?.assumingMemoryBound(to: UInt8.self)
    unsafe stream.pointee.avail_in = input.count
    unsafe stream.pointee.next_out = output.baseAddress?.assumingMemoryBound(to: UInt8.self)
    unsafe stream.pointee.avail_out = output.count
    let result = unsafe lzma_code(stream, LZMA_RUN)
    var step = unsafe DecompressionStep(
      consumed: input.count - stream.pointee.avail_in, produced: output.count - stream.pointee.avail_out)
    switch result {
    case LZMA_OK, LZMA_BUF_ERROR: break
    case LZMA_STREAM_END:
      isBetweenStreams = true
      step.mayEnd = true
    case LZMA_FORMAT_ERROR: step.failure = "the data are not in xz format"
    case LZMA_MEMLIMIT_ERROR: step.failure = "more than \(Self.memoryLimit >> 20) MiB of memory would be needed"
    case LZMA_OPTIONS_ERROR: step.failure = "the data need an option that this liblzma does not know"
    case LZMA_DATA_ERROR: step.failure = "the data are corrupt"
    default: step.failure = "liblzma reports error \(result.rawValue)"
    }
    return step
  }
}
