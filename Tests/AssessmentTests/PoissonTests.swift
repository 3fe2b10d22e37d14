import Testing

@testable import Assessment

/// P(K >= k) against figures computed with 60 decimal digits, and against an independent library for large means.
@Suite struct PoissonTests {
  /// k, mean, ln P, and P as text.
  static let known: [(k: UInt64, mean: Double, logarithm: Double, text: String)] = [
    (1, 1e-9, -2.072326583744641e+1, "1.00e-9"),
    (1, 0.1, -2.352168461044091, "0.0952"),
    (1, 3, -5.106918094270159e-2, "0.950"),
    (2, 0.0001, -1.911389459090120e+1, "5.00e-9"),
    (3, 1.8775145488704577, -1.237139818257024, "0.290"),
    (5, 0.5, -8.667344039836060, "1.72e-4"),
    (10, 2, -9.976099643706060, "4.65e-5"),
    (17, 16.5, -7.266637852599326e-1, "0.484"),
    (20, 30, -2.211623944412628e-2, "0.978"),
    (30, 30, -6.457236376136083e-1, "0.524"),
    (31, 30, -7.948510843964567e-1, "0.452"),
    (100, 30, -5.326891204412043e+1, "7.34e-24"),
    (100, 100, -6.668971505852894e-1, "0.513"),
    (1_000, 900, -7.505769994233892, "5.50e-4"),
    (1_000, 1_100, -1.059884733368644e-3, "0.999"),
    (5_000, 4_800, -6.164487638188842, "0.00210"),
    (1_000_000, 999_000, -1.8410218993793996, "0.159"),
    (1_000_000, 1_001_000, -0.1727537311241833, "0.841"),
    (1_000_000_000, 1e9, -0.6931387701535727, "0.500"),
    // Smaller than any Double.
    (500, 3, -2.065018308174328e+3, "1.49e-897"),
    (100, 1e-9, -2.436065959251195e+3, "1.07e-1058"),
  ]

  @Test(arguments: known.indices) func `tails are as exact arithmetic gives them`(row: Int) {
    let it = Self.known[row]
    let tail = Poisson.atLeast(it.k, mean: it.mean)
    #expect(abs(tail.logarithm / it.logarithm - 1) < 1e-9, "\(it): \(tail.logarithm)")
    // 0.00210 is printed in scientific form.
    #expect(tail.text == (it.text == "0.00210" ? "2.10e-3" : it.text), "\(it)")
  }

  @Test func `ends of the scale`() {
    #expect(Poisson.atLeast(0, mean: 0).value == 1)
    #expect(Poisson.atLeast(0, mean: 5).value == 1)
    #expect(Poisson.atLeast(1, mean: 0).value == 0)
    #expect(Poisson.atLeast(1, mean: 0).text == "0")
    #expect(Poisson.atLeast(7, mean: .infinity).value == 1)
    #expect(Poisson.atLeast(1, mean: 800).value == 1)
    #expect(Poisson.atLeast(1, mean: 1e-300).text == "1.00e-300")
    #expect(Poisson.atLeast(.max, mean: 1).logarithm < -1e20, "no overflow, and quickly")
  }

  @Test func `it falls with k and rises with the mean`() {
    for mean in [0.01, 0.7, 5, 60, 1_234.5] {
      for k in 1..<200 as Range<UInt64> {
        let here = Poisson.atLeast(k, mean: mean).logarithm
        #expect(here >= Poisson.atLeast(k + 1, mean: mean).logarithm)
        #expect(here <= Poisson.atLeast(k, mean: mean * 1.01).logarithm)
        #expect(here <= 0)
      }
    }
  }

  @Test func `digits that round up carry into the exponent`() {
    #expect(SmallProbability(logarithm: -1_000 * 2.302585092994046).text == "1.00e-1000")
    #expect(SmallProbability(logarithm: -999.9999 * 2.302585092994046).text == "1.00e-1000")
    #expect(SmallProbability(logarithm: -999.001 * 2.302585092994046).text == "9.98e-1000")
  }
}
