import Testing

@Suite struct FlowsTests {
}
