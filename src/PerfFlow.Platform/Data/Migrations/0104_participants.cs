using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using PerfFlow.ServiceDefaults.Hosting;

namespace PerfFlow.Platform.Data.Migrations;

/// <summary>Who signs a step that several decide, and to whom cases are shown; see the .sql file of the same name.</summary>
[DbContext(typeof(PlatformDb))]
[Migration("0104_participants")]
internal sealed class Participants : SqlMigration;
