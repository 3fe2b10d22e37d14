import Catalog
import Packets

extension Report {
  /// What a manifest says of the run beside its options: program, marking, inputs, sensors, catalog (methodology 4.6).
  ///
  /// Machine and operating system are not in it: the same inputs give the same folder on any. The run's time is that of
  /// `--report-time`, if given.
  package var manifestMembers: [String: DocumentValue] {
    var members: [String: DocumentValue] = [
      "tool": .object(["name": .string("ascribe"), "version": .string(toolVersion)]),
      "marking": .string(marking.marking),
      "demonstration_data": .bool(demonstrationData),
      "interrupted": .bool(interrupted),
      "capture_start": .text(captureStart?.description),
      "catalog": .object([
        "sha256": .string(catalog.sha256),
        "files": .array(
          catalog.files.map { .object(["name": .string($0.name), "sha256": .string($0.sha256)]) }),
      ]),
    ]
    if case .object(let all) = json {
      for name in ["inputs", "skipped_inputs", "sensors", "report_time"] { members[name] = all[name]?.document }
    }
    return members
  }
}
