using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using PerfFlow.ServiceDefaults.Hosting;

namespace PerfFlow.Platform.Data.Migrations;

/// <summary>Which returns count; see the .sql file of the same name.</summary>
[DbContext(typeof(PlatformDb))]
[Migration("0109_returns_that_count")]
internal sealed class ReturnsThatCount : SqlMigration;
