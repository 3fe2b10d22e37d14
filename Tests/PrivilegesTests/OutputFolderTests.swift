import Foundation
import Testing

@testable import Privileges

@Suite struct OutputFolderTests {
  private let root = FileManager.default.temporaryDirectory.appending(path: "ascribe-\(UUID().uuidString)").path

  private func owner(_ path: String) -> Int? {
    let facts = try? FileManager.default.attributesOfItem(atPath: path)
    return (facts?[.ownerAccountID] as? NSNumber)?.intValue
  }

  @Test(.enabled(if: UserAccount.runsAsRoot))
  func whatIsMissingIsMadeForTheUser() throws {
    defer { try? FileManager.default.removeItem(atPath: root) }
    try FileManager.default.createDirectory(atPath: root, withIntermediateDirectories: true)
    let user = try UserAccount(named: "nobody")
    try OutputFolder.make(root + "/a//b/", for: user)
    #expect(owner(root) == 0)
    #expect(owner(root + "/a") == Int(user.userID))
    #expect(owner(root + "/a/b") == Int(user.userID))
  }

  @Test func whatIsThereStaysAsItIs() throws {
    defer { try? FileManager.default.removeItem(atPath: root) }
    try FileManager.default.createDirectory(atPath: root, withIntermediateDirectories: true)
    let before = owner(root)
    try OutputFolder.make(root, for: UserAccount(named: "nobody"))
    #expect(owner(root) == before)
  }

  @Test func aFileIsNoFolder() throws {
    defer { try? FileManager.default.removeItem(atPath: root) }
    try Data().write(to: URL(filePath: root))
    let error = #expect(throws: ConfinementError.self) { try OutputFolder.make(root + "/a", for: nil) }
    #expect(error?.code == .folder)
  }

  @Test func unknownUsersAreNamed() {
    let error = #expect(throws: ConfinementError.self) { try UserAccount(named: "no-such-user\n") }
    #expect(error?.code == .user)
  }
}
