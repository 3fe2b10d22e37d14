import ArgumentParser
import Catalog

/// Which sensor each input was captured at, as the command line says.
struct SensorAssignment {
  /// The sensors in use, in the catalog's order; empty where none is known.
  let sensors: [Sensor]
  /// Inputs as they were named, each with an index into `sensors`; empty where all inputs are of one sensor, or of none.
  private let inputs: [(name: String, sensor: Int)]

  /// Reads what was named with `--sensor`.
  ///
  /// - Parameters:
  ///   - arguments: An id, or `id=input` for each input; without any, the catalog's only sensor is meant.
  ///   - named: The inputs as they were named.
  ///   - catalog: The catalog.
  /// - Throws: A usage error if a sensor is not in the catalog or an input not on the command line, if an input has no
  ///   sensor or two, or if none was named and one of several stands behind a proxy: whether its peer is all that the
  ///   packets verify must be known (methodology T16).
  init(_ arguments: [String], inputs named: [String], catalog: Catalog) throws {
    guard arguments.count > 1 || arguments.contains(where: { $0.contains("=") }) else {
      inputs = []
      sensors = try Self.only(arguments.first, catalog).map { [$0] } ?? []
      return
    }
    var pairs: [(sensor: Sensor, input: String)] = []
    for argument in arguments {
      guard let split = argument.firstIndex(of: "=") else {
        throw ValidationError(
          "--sensor '\(Console.printable(argument))' names no input; with several sensors write id=input for each input."
        )
      }
      let input = String(argument[argument.index(after: split)...])
      let sensor = try Self.named(String(argument[..<split]), catalog)
      guard named.contains(input) else {
        throw ValidationError(
          "--sensor names the input '\(Console.printable(input))', which is not on the command line; name it as there.")
      }
      if let other = pairs.first(where: { $0.input == input }), other.sensor.id != sensor.id {
        throw ValidationError(
          "--sensor gives the input '\(Console.printable(input))' two sensors, '\(other.sensor.id)' and '\(sensor.id)'."
        )
      }
      pairs.append((sensor, input))
    }
    if let missing = named.first(where: { input in !pairs.contains { $0.input == input } }) {
      throw ValidationError(
        "--sensor names none for the input '\(Console.printable(missing))'; with several sensors each input needs one.")
    }
    let used = catalog.sensors.filter { sensor in pairs.contains { $0.sensor.id == sensor.id } }
    sensors = used
    inputs = pairs.map { pair in (pair.input, used.firstIndex { $0.id == pair.sensor.id } ?? 0) }
  }

  /// The sensor of an input: of one in a folder, that of the folder named with the longest path.
  ///
  /// - Parameter name: The input's name in the report.
  /// - Returns: An index into `sensors`; 0 where all inputs are of one sensor, or of none.
  func sensor(of name: String) -> Int {
    func covers(_ input: String) -> Bool {
      name == input || name.hasPrefix(input.hasSuffix("/") ? input : input + "/")
    }
    return inputs.filter { covers($0.name) }.max { $0.name.utf8.count < $1.name.utf8.count }?.sensor ?? 0
  }

  /// The sensor of all inputs: that of an id, or the catalog's only one.
  private static func only(_ id: String?, _ catalog: Catalog) throws -> Sensor? {
    if let id { return try named(id, catalog) }
    if catalog.sensors.count > 1, let proxied = catalog.sensors.first(where: { $0.vantage == .proxied }) {
      throw ValidationError(
        "The catalog has \(catalog.sensors.count) sensors, of which '\(Console.printable(proxied.id))' stands behind a "
          + "proxy; name the one at which the inputs were captured with --sensor.")
    }
    return catalog.sensors.count == 1 ? catalog.sensors[0] : nil
  }

  private static func named(_ id: String, _ catalog: Catalog) throws -> Sensor {
    guard let found = catalog.sensors.first(where: { $0.id == id }) else {
      let known = catalog.sensors.map(\.id).joined(separator: ", ")
      throw ValidationError(
        "The catalog has no sensor '\(Console.printable(id))'; it has: \(known.isEmpty ? "none" : known).")
    }
    return found
  }
}
