import Foundation
import Testing

/// The house: a packet passes the targets in one order, and a target imports only targets that stand above it.
@Suite struct HouseTests {
  /// The targets in the order in which a packet passes them.
  static let order = [
    "Packets", "Cryptography", "Capture", "Catalog", "Inspection", "Flows", "Assessment", "CaseStore", "Reports",
    "Alerts", "Privileges", "Screens", "ascribe",
  ]
  /// C libraries, and who alone may import each.
  static let libraries = [
    "CPcap": "Capture", "CISAL": "Capture", "CZstd": "Capture", "CLZ4": "Capture", "CLZMA": "Capture",
    "CCrypto": "Cryptography", "CMaxMind": "Catalog", "GRDB": "CaseStore", "CCurl": "Alerts", "CSpawn": "Alerts",
    "CSeccomp": "Privileges", "CPrivileges": "Privileges",
  ]
  /// Targets on the path of a packet: no Foundation there.
  static let lean = ["Packets", "Cryptography", "Capture", "Inspection", "Flows", "Assessment"]

  /// What each target's files import.
  static let imports: [String: [String: Set<String>]] = {
    var found: [String: [String: Set<String>]] = [:]
    for target in order {
      let folder = Program.root.appending(path: "Sources/\(target)")
      let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
      for name in names where name.hasSuffix(".swift") {
        let text = (try? String(contentsOf: folder.appending(path: name), encoding: .utf8)) ?? ""
        let modules = text.split(separator: "\n").compactMap { line -> String? in
          let words = line.split(separator: " ")
          guard let keyword = words.firstIndex(of: "import"), keyword <= 1, let module = words.last else { return nil }
          return String(module)
        }
        found[target, default: [:]][name] = Set(modules)
      }
    }
    return found
  }()

  @Test func everyTargetHasFiles() {
    for target in Self.order { #expect(Self.imports[target]?.isEmpty == false, "\(target)") }
  }

  @Test func importsPointUpwards() throws {
    for (place, target) in Self.order.enumerated() {
      for (file, modules) in Self.imports[target] ?? [:] {
        for module in modules {
          guard let other = Self.order.firstIndex(of: module) else { continue }
          #expect(other < place, "\(target)/\(file) imports \(module)")
        }
      }
    }
  }

  @Test func eachLibraryHasOneUser() {
    for (target, files) in Self.imports {
      for (file, modules) in files {
        for module in modules {
          if let user = Self.libraries[module] { #expect(user == target, "\(target)/\(file) imports \(module)") }
          if Self.lean.contains(target) { #expect(module != "Foundation", "\(target)/\(file)") }
        }
      }
    }
  }

  @Test func neighboursDoNotKnowEachOther() {
    #expect(Self.imports["Flows"]?.values.contains { $0.contains("Capture") } == false)
    #expect(Self.imports["Assessment"]?.values.contains { $0.contains("Capture") } == false)
  }

  @Test func noFileIsTooLong() throws {
    let files = try #require(
      FileManager.default.enumerator(at: Program.root.appending(path: "Sources"), includingPropertiesForKeys: nil))
    for case let file as URL in files where file.pathExtension == "swift" {
      let lines = try String(contentsOf: file, encoding: .utf8).split(separator: "\n", omittingEmptySubsequences: false)
      #expect(lines.count <= 600, "\(file.lastPathComponent)")
    }
  }
}
