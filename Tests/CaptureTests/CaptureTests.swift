import Testing

@Suite struct CaptureTests {
}
