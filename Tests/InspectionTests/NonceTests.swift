import Inspection
import Testing

@Suite struct NonceTests {
  @Test func kindsAreApart() { #expect(Set(Nonce.Kind.allCases.map(\.rawValue)).count == Nonce.Kind.allCases.count) }
}
