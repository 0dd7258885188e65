using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using PerfFlow.ServiceDefaults.Hosting;

namespace PerfFlow.Platform.Data.Migrations;

/// <summary>The list of cases that wait for repair; see the .sql file of the same name.</summary>
[DbContext(typeof(PlatformDb))]
[Migration("0091_incidents")]
internal sealed class IncidentIndex : SqlMigration;
