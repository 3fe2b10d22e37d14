import Testing

@Suite struct AscribeTests {
}
