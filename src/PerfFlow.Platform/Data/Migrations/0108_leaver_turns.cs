using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using PerfFlow.ServiceDefaults.Hosting;

namespace PerfFlow.Platform.Data.Migrations;

/// <summary>Finds what waits for a leaver; see the .sql file of the same name.</summary>
[DbContext(typeof(PlatformDb))]
[Migration("0108_leaver_turns")]
internal sealed class LeaverTurns : SqlMigration;
