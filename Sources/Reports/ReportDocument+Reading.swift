package import Foundation

extension ReportDocument {
  /// The schema that is read.
  package static let schema = "ascribe-report/1"

  /// Why bytes are no report.
  package struct Refusal: Error, CustomStringConvertible, Sendable {
    /// What is wrong, and where.
    package let description: String
  }

  /// Reads a `report.json` from the disk.
  ///
  /// - Parameter path: The file.
  /// - Throws: `Refusal` where it cannot be read or is no report of this schema.
  package init(path: String) throws(Refusal) {
    guard let data = FileManager.default.contents(atPath: path) else { throw Refusal(description: "cannot be read") }
    try self.init(json: data)
  }

  /// Reads a `report.json`.
  ///
  /// - Parameter data: The bytes of the file.
  /// - Throws: `Refusal` where they are no report of this schema.
  /// - Complexity: O(n) in the bytes.
  package init(json data: Data) throws(Refusal) {
    /// What one pass over the bytes gives: the schema, and the rest if it is of that.
    struct Reading: Decodable {
      enum CodingKeys: CodingKey { case schema }
      let schema: String?
      let document: Result<ReportDocument, any Error>

      init(from decoder: any Decoder) throws {
        schema = try decoder.container(keyedBy: CodingKeys.self).decodeIfPresent(String.self, forKey: .schema)
        document = Result { try ReportDocument(from: decoder) }
      }
    }
    // Every name is written out: to turn underscores would take a third of the time.
    guard let reading = try? JSONDecoder().decode(Reading.self, from: data) else {
      throw Refusal(description: "is no JSON document")
    }
    guard reading.schema == Self.schema else {
      throw Refusal(description: "is no report of the schema \(Self.schema)")
    }
    do {
      self = try reading.document.get()
    } catch let error as DecodingError {
      throw Refusal(description: error.place)
    } catch {
      throw Refusal(description: "\(error)")
    }
  }
}

extension DecodingError {
  /// Which value of the document is missing or of another kind.
  fileprivate var place: String {
    func path(_ keys: [any CodingKey]) -> String {
      keys.map { $0.intValue.map(String.init) ?? $0.stringValue }.joined(separator: ".")
    }
    return switch self {
    case .keyNotFound(let key, let context): "lacks \(path(context.codingPath + [key]))"
    case .valueNotFound(_, let context): "has no value at \(path(context.codingPath))"
    case .typeMismatch(_, let context): "has a value of another kind at \(path(context.codingPath))"
    case .dataCorrupted(let context): "is damaged at \(path(context.codingPath))"
    @unknown default: "cannot be read"
    }
  }
}
