// swift-tools-version: 6.2
import PackageDescription

let package = Package(
  name: "StageBenchmark",
  dependencies: [.package(name: "ascribe", path: "../..")],
  targets: [
    .executableTarget(
      name: "stages",
      dependencies: [.product(name: "AscribeKit", package: "ascribe")],
      path: "Sources",
      swiftSettings: [
        .swiftLanguageMode(.v6), .strictMemorySafety(), .treatAllWarnings(as: .error),
        .enableUpcomingFeature("ExistentialAny"),
      ])
  ]
)
