/// A TLP 2.0 label as a STIX marking definition (methodology 5.1).
struct STIXMarking {
  /// The id of the marking definition.
  let id: String
  /// The marking definition, which goes into the bundle.
  let object: JSONValue

  /// Makes the marking of a label.
  ///
  /// - Parameters:
  ///   - label: The label, `TLP:AMBER`; one that is unknown counts as the strictest.
  ///   - usesFirstVersion: Whether GREEN, AMBER and RED are the objects of STIX 2.1 itself (TLP 1), for consumers that
  ///     know no others.
  init(label: String, usesFirstVersion: Bool) {
    let name = Self.identifiers[label] == nil ? "TLP:RED" : label
    let level = name.dropFirst("TLP:".count).lowercased()
    let identifier: String
    var members: [String: JSONValue] = [
      "type": .string("marking-definition"), "spec_version": .string("2.1"), "name": .string(name),
    ]
    if usesFirstVersion, let first = Self.firstIdentifiers[name] {
      identifier = first
      members["created"] = .string("2017-01-20T00:00:00.000Z")
      members["definition_type"] = .string("tlp")
      members["definition"] = .object(["tlp": .string(level)])
    } else {
      identifier = Self.identifiers[name] ?? ""
      members["created"] = .string("2022-10-01T00:00:00.000Z")
      members["extensions"] = .object([
        "extension-definition--60a3c5c5-0d10-413e-aab3-9e08dde9e88d": .object([
          "extension_type": .string("property-extension"), "tlp_2_0": .string(level),
        ])
      ])
    }
    id = "marking-definition--\(identifier)"
    members["id"] = .string(id)
    object = .object(members)
  }

  private static let identifiers = [
    "TLP:CLEAR": "94868c89-83c2-464b-929b-a1a8aa3c8487",
    "TLP:GREEN": "bab4a63c-aed9-4cf5-a766-dfca5abac2bb",
    "TLP:AMBER": "55d920b0-5e8b-4f79-9ee9-91f868d9b421",
    "TLP:AMBER+STRICT": "939a9414-2ddd-4d32-a0cd-375ea402b003",
    "TLP:RED": "e828b379-4e03-4974-9ac4-e53a884c97c1",
  ]

  /// STIX 2.1 section 7.2.1.4.
  ///
  /// CLEAR is not among them: its object of TLP 2.0 is read wherever one is.
  private static let firstIdentifiers = [
    "TLP:GREEN": "34098fce-860f-48ae-8e50-ebd3cc5e41da",
    "TLP:AMBER": "f88d31f6-486f-44da-b317-01333bde0b82",
    "TLP:RED": "5e57c739-391a-4eb3-b6be-7d15ca92d5ed",
  ]
}
