import Flows
import Packets

extension Wording {
  /// What the content of the flows says of other addresses, and how little that is worth (methodology 3).
  var contentClaims: [String] {
    var sentences: [String] = []
    if group.attested > 0 {
      sentences.append(
        "In \(group.attested.grouped) of \(group.flowCount.counted("flow")) our proxy reported another address of a curated "
          + "range as the origin; this finding does not speak of that address.")
    }
    if group.claiming > 0, let claim = group.contentClaim {
      sentences.append(
        "Claims in content: in \(group.claiming.grouped) of \(group.flowCount.counted("flow")) a request names another "
          + "address in a forwarding header (\(claim.header): \(claim.address)); the sender may write anything "
          + "there, so it is not evidence (K0).")
    }
    return sentences
  }
}
