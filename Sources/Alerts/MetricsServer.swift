import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization

/// Answers `GET /metrics` and `GET /healthz` over HTTP, with what was published last.
///
/// It runs on a thread of its own: the thread that captures only publishes. Whoever asks gets one answer on a connection and
/// `patience` seconds for it, and there are `connectionLimit` connections at most, so that nobody takes the descriptors
/// that recording needs.
package final class MetricsServer: Sendable {
  /// Seconds after which a capture that publishes nothing counts as stuck, and a connection as idle.
  private static let patience: Int64 = 10
  private static let connectionLimit = 64
  /// Bytes of a request's headers.
  private static let headerLimit = 16_384

  /// What is answered.
  package struct State: Sendable {
    /// The metrics.
    package var families: [MetricFamily]
    /// What is wrong with the capture; empty if nothing is.
    package var faults: [String]

    /// Makes a state.
    package init(families: [MetricFamily] = [], faults: [String] = []) {
      self.families = families
      self.faults = faults
    }
  }

  private let shared = Mutex((state: State(), time: ContinuousClock.now))
  private let connections = Atomic<Int>(0)

  /// Listens.
  ///
  /// - Parameter place: An address, or `localhost`, and a port.
  /// - Throws: If the address is none or cannot be listened on.
  package init(_ place: NetworkPlace) throws {
    let address = try SocketAddress(
      ipAddress: place.host == "localhost" ? "127.0.0.1" : place.host, port: Int(place.port))
    _ = try ServerBootstrap(group: MultiThreadedEventLoopGroup(numberOfThreads: 1))
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .childChannelInitializer { channel in channel.eventLoop.makeCompletedFuture { try self.receive(channel) } }
      .bind(to: address).wait()
  }

  /// Prepares a connection; one for which there is no room is closed.
  private func receive(_ channel: any Channel) throws {
    let count = connections.add(1, ordering: .relaxed).newValue
    channel.closeFuture.whenComplete { _ in self.connections.subtract(1, ordering: .relaxed) }
    guard count <= Self.connectionLimit else { throw ChannelError.operationUnsupported }
    let deadline = channel.eventLoop.scheduleTask(in: .seconds(Self.patience)) { channel.close(promise: nil) }
    channel.closeFuture.whenComplete { _ in deadline.cancel() }
    var limits = NIOHTTPDecoderLimitConfiguration()
    (limits.maxHeaderFieldSize, limits.maxHeaderListSize) = (Self.headerLimit, Self.headerLimit)
    try channel.pipeline.syncOperations.configureHTTPServerPipeline(
      withPipeliningAssistance: false, withEncoderConfiguration: .init(), withDecoderLimitConfiguration: limits)
    try channel.pipeline.syncOperations.addHandler(Answerer(answer: answer))
  }

  /// Publishes what is answered from now on.
  ///
  /// - Parameter state: The state.
  package func publish(_ state: State) { shared.withLock { $0 = (state, .now) } }

  private func answer(_ request: HTTPRequestHead) -> Answer {
    guard request.method == .GET else { return Answer(status: .methodNotAllowed, text: "") }
    return switch request.uri.prefix(while: { $0 != "?" }) {
    case "/metrics": metrics(request.headers.first(name: "Accept"))
    case "/healthz": health()
    default: Answer(status: .notFound, text: "")
    }
  }

  private func metrics(_ accept: String?) -> Answer {
    let page = MetricsPage(accept: accept)
    return Answer(contentType: page.contentType, text: page.text(shared.withLock { $0.state.families }))
  }

  private func health() -> Answer {
    let (state, time) = shared.withLock { $0 }
    var faults = state.faults
    if ContinuousClock.now - time > .seconds(Self.patience) {
      faults.append("nothing was heard of the capture for \(Self.patience) seconds")
    }
    return Answer(
      status: faults.isEmpty ? .ok : .serviceUnavailable,
      text: faults.isEmpty ? "ok\n" : faults.map { $0 + "\n" }.joined())
  }
}

/// What is answered to a request.
private struct Answer {
  var status = HTTPResponseStatus.ok
  var contentType = "text/plain; charset=utf-8"
  var text: String
}

/// Answers the first request of a connection, and closes it.
private final class Answerer: ChannelInboundHandler {
  typealias InboundIn = HTTPServerRequestPart
  typealias OutboundOut = HTTPServerResponsePart

  private let answer: (HTTPRequestHead) -> Answer
  private var request: HTTPRequestHead?

  init(answer: @escaping (HTTPRequestHead) -> Answer) { self.answer = answer }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    switch unwrapInboundIn(data) {
    case .head(let head): request = head
    case .body: break
    case .end: if let request { send(answer(request), to: request, context) }
    }
  }

  private func send(_ answer: Answer, to request: HTTPRequestHead, _ context: ChannelHandlerContext) {
    let headers: HTTPHeaders = [
      "Content-Type": answer.contentType, "Content-Length": String(answer.text.utf8.count), "Connection": "close",
    ]
    context.write(
      wrapOutboundOut(.head(HTTPResponseHead(version: request.version, status: answer.status, headers: headers))),
      promise: nil)
    context.write(
      wrapOutboundOut(.body(.byteBuffer(context.channel.allocator.buffer(string: answer.text)))), promise: nil)
    let channel = context.channel
    context.writeAndFlush(wrapOutboundOut(.end(nil))).whenComplete { _ in channel.close(promise: nil) }
    self.request = nil
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}
