public import ArgumentParser
public import Catalog
import Cryptography
import Foundation
import Reports

/// How far outputs may be shared, and what is written for readers outside.
struct ReleaseArguments: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "How far the captures may be shared, by TLP 2.0; the strictest label of captures, sensors, claims and overlays "
        + "marks the report", valueName: "level"))
  var tlp = TLP.clear

  @Option(
    help: ArgumentHelp(
      "With -o, also write DIR/release/: the report for readers at that level of TLP 2.0, judged anew without what is "
        + "marked more strictly, with pseudonyms for addresses and commitments to what is withheld", valueName: "level")
  )
  var release: TLP?

  @Option(
    help: ArgumentHelp(
      "A file of 32 to 4,096 random bytes, one for each release: the same key over the same report gives the same "
        + "release (default: a key that nobody keeps)", valueName: "file"))
  var releaseKey: String?

  @Option(
    help: ArgumentHelp(
      "With -o, sign each manifest.json as manifest.json.sig with an Ed25519 key, PEM, without a password",
      valueName: "file"))
  var signKey: String?

  /// Whether something is asked for that only a report folder can hold.
  var needsFolder: Bool { release != nil || signKey != nil }

  func validate() throws {
    if releaseKey != nil, release == nil { throw ValidationError("--release-key is for --release; give a level too.") }
    if let release, tlp > release {
      throw ValidationError(
        "A release at \(release.marking) of captures that --tlp marks \(tlp.marking) would hold nothing.")
    }
  }

  /// Refuses a level at which nothing of the run may be seen.
  ///
  /// - Parameter sensors: The sensors at which the inputs were captured.
  /// - Throws: A usage error that names a sensor marked more strictly.
  func check(_ sensors: [Sensor]) throws {
    guard let release, let sensor = sensors.first(where: { $0.tlp > release }) else { return }
    throw ValidationError(
      "A release at \(release.marking) may not show what the sensor '\(Console.printable(sensor.id))' saw, which is "
        + "marked \(sensor.tlp.marking); leave its inputs out.")
  }

  /// The keys of a run.
  struct Keys {
    /// The release's: that of the file, or a random one.
    let release: ReleaseKey
    /// The one that signs manifests; nothing if none is named.
    let signing: Signature.PrivateKey?
  }

  /// Reads the keys; to be called before anything else takes time.
  ///
  /// - Returns: The keys.
  /// - Throws: `ExitCode.noInput` or a usage error after a message.
  func keys() throws -> Keys { Keys(release: try key(), signing: try signingKey()) }

  private func key() throws -> ReleaseKey {
    guard let releaseKey else { return ReleaseKey() }
    guard let key = ReleaseKey(secret: try Self.read(releaseKey)) else {
      throw ValidationError(
        "\(Console.printable(releaseKey)) has not \(ReleaseKey.lengths.lowerBound) to "
          + "\(ReleaseKey.lengths.upperBound) bytes; make a key with: openssl rand -out FILE 32")
    }
    return key
  }

  private func signingKey() throws -> Signature.PrivateKey? {
    guard let signKey else { return nil }
    guard let key = Signature.PrivateKey(pem: [UInt8](try Self.read(signKey))) else {
      throw ValidationError(
        "\(Console.printable(signKey)) holds no Ed25519 key in PEM without a password; make one with: "
          + "openssl genpkey -algorithm ed25519 -out FILE")
    }
    return key
  }

  private static func read(_ path: String) throws -> Data {
    guard let data = FileManager.default.contents(atPath: path) else {
      Console.note("error: \(Console.printable(path)) cannot be read; name a key file.")
      throw ExitCode.noInput
    }
    return data
  }
}

extension TLP: ExpressibleByArgument {
  /// Reads a label as people write it.
  ///
  /// - Parameter argument: The label with or without `TLP:`, in capitals or not.
  public init?(argument: String) { self.init(reading: argument) }

  /// The labels, the least strict first.
  public static var allValueStrings: [String] { allCases.reversed().map(\.rawValue) }

  /// The label.
  public var defaultValueDescription: String { rawValue }
}
