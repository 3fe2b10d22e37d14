import ArgumentParser
import Assessment
import Catalog
import Flows
import Foundation
import Packets
import Reports

/// A report folder, and the release within it.
extension ReleaseArguments {
  /// Writes the folder.
  ///
  /// - Parameters:
  ///   - report: The full report.
  ///   - path: The folder.
  ///   - released: The case by what is released of the catalog; nothing where nothing is to be released.
  ///   - flows: Which networks are ours.
  ///   - keys: The keys.
  /// - Throws: An exit code after a message on standard error, or a usage error.
  func write(_ report: Report, to path: String, released: ReleasedCase?, flows: FlowArguments, keys: Keys) throws {
    do {
      let folder = try ReportFolder(at: path)
      do {
        for rendering in Report.renderings {
          let sink = try folder.sink(for: rendering.name)
          try rendering.render(report, sink)
        }
        try writeRelease(of: report, to: folder, released: released, flows: flows, keys: keys)
        let manifest = try folder.seal(Manifest([:]))
        if let signing = keys.signing { try folder.sign(manifest, with: signing) }
        try folder.commit()
      } catch {
        folder.discard()
        throw error
      }
    } catch let refusal as ReportFolder.Refusal {
      Console.note("error: \(Console.printable(refusal.description)).")
      throw ExitCode.cannotWrite
    }
  }

  /// Writes the release into the folder of the full report, before that is sealed, and says on standard error what is
  /// released and what not.
  func writeRelease(
    of report: Report, to folder: ReportFolder, released: ReleasedCase?, flows: FlowArguments, keys: Keys
  ) throws {
    guard let released else { return }
    let sensors = report.sensors.map(\.sensor)
    let local = flows.options(sensors: sensors).localNetworks + sensors.flatMap(\.localNetworks)
    let release = try Release(of: report, as: released, key: keys.release, localNetworks: local)
    try release.write(to: folder, signedBy: keys.signing)
    for line in release.summary { Console.note(Console.printable(line)) }
  }
}
