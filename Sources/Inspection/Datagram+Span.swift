extension Datagram {
  /// Reads what was captured of the payload as a span.
  func withSpan<Result>(_ body: (RawSpan) -> Result) -> Result {
    // Bytes have no padding, the only hazard of viewing elements as raw bytes.
    unsafe body(bytes.span.bytes)
  }
}
