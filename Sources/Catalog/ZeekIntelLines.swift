/// Input of Zeek's intelligence framework: tab-separated columns that a `#fields` line names.
///
/// `Intel::ADDR` and `Intel::SUBNET` are used; all other indicator types are counted. Other lines with `#` are comments.
struct ZeekIntelLines: LineFormat {
  private var columns: (indicator: Int, type: Int)?

  mutating func read(_ line: ArraySlice<UInt8>, number: Int, into list: inout NetworkList) {
    guard !NetworkText.trim(line).isEmpty else { return }
    let values = line.split(separator: UInt8(ascii: "\t"), omittingEmptySubsequences: false)
    if line.first == UInt8(ascii: "#") {
      guard values[0].elementsEqual("#fields".utf8) else { return }
      let names = values.dropFirst()
      guard let indicator = names.firstIndex(where: { $0.elementsEqual("indicator".utf8) }),
        let type = names.firstIndex(where: { $0.elementsEqual("indicator_type".utf8) })
      else {
        columns = nil
        return list.count(.malformed, line: number)
      }
      columns = (indicator - 1, type - 1)
      return
    }
    guard let columns, values.count > max(columns.indicator, columns.type) else {
      return list.count(.malformed, line: number)
    }
    let type = values[columns.type]
    guard type.elementsEqual("Intel::ADDR".utf8) || type.elementsEqual("Intel::SUBNET".utf8) else {
      return list.count(.otherKind, line: number)
    }
    list.add(values[columns.indicator], line: number)
  }
}
