import Foundation
import Testing

/// `analyze --follow`.
@Suite struct FollowedRunTests {
  @Test func whatIsWrittenMeanwhileIsInTheReport() throws {
    let whole = try Data(contentsOf: URL(filePath: Program.capture("story.pcapng")))
    let folder = try Scratch()
    let path = folder.path("growing.pcapng")
    try whole.prefix(whole.count / 2).write(to: URL(filePath: path))
    let program = try LiveProgram(
      [Program.executable.path, "analyze", path, "--follow", "--format", "json", "-c", Program.demonstration])
    usleep(300_000)
    #expect(program.isRunning)
    let file = try #require(FileHandle(forWritingAtPath: path))
    file.seekToEndOfFile()
    file.write(whole.suffix(from: whole.count / 2))
    usleep(300_000)
    #expect(program.isRunning && program.output.isEmpty)
    #expect(program.end(SIGINT) == 0, "\(program.errors)")
    let followed = program.json
    let plain = try Program.analyze([path]).json
    #expect(followed["interrupted"] as? Bool == true)
    for member in ["totals", "findings", "exclusive"] {
      #expect(followed[member] as? NSObject == plain[member] as? NSObject && followed[member] != nil, "\(member)")
    }
    let inputs = try #require(followed["inputs"] as? [NSDictionary])
    #expect(inputs.count == 1 && inputs[0]["damage"] is NSNull)
    #expect(inputs[0]["sha256"] as? String == (plain["inputs"] as? [NSDictionary])?.first?["sha256"] as? String)
  }

  @Test func onlyOneFileCanBeFollowed() throws {
    let (mail, story) = (Program.capture("mail.pcap"), Program.capture("story.pcapng"))
    let folder = try Scratch()
    for arguments in [
      [mail, story], [Program.root.appending(path: "Captures").path], [mail, "--baseline", story],
      [mail, "--store", folder.path("case.db")],
    ] {
      let run = try Program.run(["analyze"] + arguments + ["--follow"])
      #expect(run.exitCode == 64 && run.errors.contains("--follow reads one file"), "\(run.errors)")
    }
  }
}
