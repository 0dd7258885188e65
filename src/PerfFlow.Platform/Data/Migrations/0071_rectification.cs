using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using PerfFlow.ServiceDefaults.Hosting;

namespace PerfFlow.Platform.Data.Migrations;

/// <summary>Orders to rectify, their problem lines and what was said of each; see the .sql file of the same name.</summary>
[DbContext(typeof(PlatformDb))]
[Migration("0071_rectification")]
internal sealed class RectificationTables : SqlMigration;
