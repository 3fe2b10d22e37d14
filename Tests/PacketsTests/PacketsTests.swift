import Testing

@Suite struct PacketsTests {
}
