using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using PerfFlow.ServiceDefaults.Hosting;

namespace PerfFlow.Platform.Data.Migrations;

/// <summary>Notices, their numbers and targets; see the .sql file of the same name.</summary>
[DbContext(typeof(PlatformDb))]
[Migration("0003_notices")]
internal sealed class Notices : SqlMigration;
