using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using PerfFlow.ServiceDefaults.Hosting;

namespace PerfFlow.Platform.Data.Migrations;

/// <summary>What waits for an order to rectify, by the last word of each case; see the .sql file of the same name.</summary>
[DbContext(typeof(PlatformDb))]
[Migration("0074_rectification_origins")]
internal sealed class RectificationOriginsView : SqlMigration;
