import Testing

@Suite struct ConformanceTests {
}
