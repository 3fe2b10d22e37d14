import Packets

/// Reads SMB 1 to 3 and the NTLM inside: who logged in, and which shares and files were opened.
enum SMBReader {
  @Sendable static func read(client: RawSpan, server: RawSpan, _ collector: inout FactCollector) -> StreamReading {
    // A side that was not seen from its beginning on tells nothing; the other one still does.
    let (asked, answered) = (SMBFrame.frames(in: client), SMBFrame.frames(in: server))
    guard !asked.isEmpty || !answered.isEmpty else { return .other }
    var session = SMBSession()
    guard session.read(asked, in: client, isResponse: false), session.read(answered, in: server, isResponse: true)
    else { return .other }
    collector.recognise(.smb)
    let version =
      switch session.generation {
      case .smb1: "SMB1"
      case .smb2, nil: "SMB2"
      case .sealed: "SMB3"
      }
    collector.note(
      "smb",
      [
        ("version", .text(version)), ("dialect", session.dialect.map { .text($0) }),
        ("native_os", session.nativeOS.map { .text($0) }),
        ("native_lan_manager", session.nativeManager.map { .text($0) }),
      ])
    var challenge: NTLMMessage?
    for setup in session.setups {
      note(setup, challenge: challenge, &collector)
      challenge = setup.challenge ?? challenge
    }
    for tree in session.trees {
      if tree.status == 0, !tree.isPipe { collector.act(.fileShare) }
      collector.note(
        "smb",
        [
          ("path", .text(tree.path)), ("share_type", tree.kind.map { .text($0) }),
          ("status", tree.status.map { .text(SMBStatus.name($0)) }),
        ])
    }
    for file in session.files {
      collector.note(
        "smb",
        [
          ("name", .text(file.name)), ("access", .texts(file.access)),
          ("status", file.status.map { .text(SMBStatus.name($0)) }),
        ])
    }
    return .recognised
  }

  private static func note(_ setup: SMBSession.Setup, challenge: NTLMMessage?, _ collector: inout FactCollector) {
    let isAccepted = setup.status == 0 && !setup.isGuest
    if setup.hasCredentials {
      switch setup.status {
      case nil where setup.ntlm?.kind == .authenticate || setup.user != nil: collector.act(.loginAttempt)
      case 0? where isAccepted: collector.act(.login)
      case let status? where SMBStatus.refusals.contains(status): collector.act(.loginFailure)
      default: break
      }
    }
    if setup.ntlm != nil || setup.challenge != nil { collector.recognise(.ntlm) }
    let client = setup.ntlm?.kind == .authenticate ? setup.ntlm : nil
    guard let user = client?.user ?? setup.user else { return }
    let domain = client?.domain ?? setup.domain
    if isAccepted, !user.isEmpty { collector.account(domain.isEmpty ? user : "\(domain)\\\(user)", of: .smb) }
    let server = challenge?.server
    collector.note(
      client == nil ? "smb" : "ntlm",
      [
        ("username", .text(user)), ("domainname", .text(domain)), ("hostname", (client?.workstation).map { .text($0) }),
        ("server_nb_computer_name", (server?.netBIOSName).map { .text($0) }),
        ("server_dns_computer_name", (server?.name).map { .text($0) }),
        ("server_tree_name", (server?.forest).map { .text($0) }),
        ("success", setup.status.map { .flag($0 == 0) }),
      ])
  }
}
