// swift-tools-version: 6.2
import PackageDescription

let package = Package(
  name: "PrefixBenchmark",
  dependencies: [.package(name: "ascribe", path: "../../..")],
  targets: [
    .executableTarget(
      name: "prefix_table",
      dependencies: [.product(name: "AscribeKit", package: "ascribe")],
      path: "Sources",
      swiftSettings: [
        .swiftLanguageMode(.v6), .strictMemorySafety(), .treatAllWarnings(as: .error),
        .enableUpcomingFeature("ExistentialAny"),
      ])
  ]
)
