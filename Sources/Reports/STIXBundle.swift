import Packets

/// A STIX 2.1 bundle in the making: each object once, its id made of what it says.
struct STIXBundle {
  private let marking: STIXMarking
  private let labels: [String]
  private var objects: [JSONValue]
  private var known: Set<String> = []
  /// The ids of all objects but markings, in the order in which they were added.
  private(set) var identifiers: [String] = []
  /// The program, which made every object that is no observable; empty until it is added itself.
  private var creator = ""

  /// When objects were made that no packet and no claim dates: the program and its sensors.
  static let undated = "1970-01-01T00:00:00.000Z"

  /// Makes a bundle that holds the marking and the program.
  ///
  /// - Parameters:
  ///   - marking: The marking of every object.
  ///   - labels: What every object that can have labels is labelled.
  init(marking: STIXMarking, labels: [String]) {
    self.marking = marking
    self.labels = labels
    objects = [marking.object]
    creator = add(
      "identity", created: Self.undated,
      ["name": .string("ascribe"), "identity_class": .string("system")])
  }

  /// Adds an observable (SCO); one that is there already stays as it is.
  ///
  /// - Parameters:
  ///   - type: The STIX type.
  ///   - names: The properties that make its id (STIX 2.1 section 6, ID contributing properties).
  ///   - others: Its other properties.
  /// - Returns: The id.
  mutating func add(
    observable type: String, _ names: [String: JSONValue], others: [String: JSONValue] = [:]
  ) -> String {
    let id = "\(type)--\(NameBasedIdentifier.observables.uuid(of: JSONValue.object(names).canonical))"
    append(id, type: type, names.merging(others) { name, _ in name })
    return id
  }

  /// Adds a domain or relationship object; its id is made of all that it says.
  ///
  /// - Parameters:
  ///   - type: The STIX type.
  ///   - created: When it was made and modified.
  ///   - members: Its other properties.
  ///   - labels: Its labels, beside those of the bundle.
  /// - Returns: The id.
  mutating func add(
    _ type: String, created: String, _ members: [String: JSONValue], labels: [String] = []
  ) -> String {
    var members = members
    members["created"] = .string(created)
    members["modified"] = .string(created)
    if !creator.isEmpty { members["created_by_ref"] = .string(creator) }
    let labels = self.labels + labels
    if !labels.isEmpty { members["labels"] = .strings(labels) }
    let name = "\(type)\(marking.id)\(JSONValue.object(members).canonical)"
    let id = "\(type)--\(NameBasedIdentifier.project.uuid(of: name))"
    append(id, type: type, members)
    return id
  }

  private mutating func append(_ id: String, type: String, _ members: [String: JSONValue]) {
    guard known.insert(id).inserted else { return }
    var members = members
    members["type"] = .string(type)
    members["spec_version"] = .string("2.1")
    members["id"] = .string(id)
    members["object_marking_refs"] = .strings([marking.id])
    objects.append(.object(members))
    identifiers.append(id)
  }

  /// The bundle.
  var json: JSONValue {
    .object([
      "type": .string("bundle"),
      "id": .string("bundle--\(NameBasedIdentifier.project.uuid(of: identifiers.joined()))"),
      "objects": .array(objects),
    ])
  }
}

extension Timestamp {
  /// The moment with milliseconds, as `created` and `modified` must have (STIX 2.1 section 3.2).
  var stixMilliseconds: String { description.prefix(23) + "Z" }

  /// The moment with microseconds and no zeros at the end: finer times do not survive in most programs, and the ids of
  /// observables are made of this text.
  var stixMicroseconds: String {
    let text = description.prefix(26)
    let digits = text.drop { $0 != "." }.count
    let zeros = min(text.reversed().prefix { $0 == "0" }.count, digits - 1)
    let kept = text.dropLast(zeros)
    return (kept.hasSuffix(".") ? kept.dropLast() : kept) + "Z"
  }
}
