import Testing

@Suite struct AssessmentTests {
}
