using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using PerfFlow.ServiceDefaults.Hosting;

namespace PerfFlow.Platform.Data.Migrations;

/// <summary>The runner's tables; see the .sql file of the same name.</summary>
[DbContext(typeof(PlatformDb))]
[Migration("0001_runner")]
internal sealed class Runner : SqlMigration;
