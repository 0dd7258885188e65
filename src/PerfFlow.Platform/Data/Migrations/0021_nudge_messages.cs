using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using PerfFlow.ServiceDefaults.Hosting;

namespace PerfFlow.Platform.Data.Migrations;

/// <summary>Which messages a nudge wrote; see the .sql file of the same name.</summary>
[DbContext(typeof(PlatformDb))]
[Migration("0021_nudge_messages")]
internal sealed class NudgeMessages : SqlMigration;
