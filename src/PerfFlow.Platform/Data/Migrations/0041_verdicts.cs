using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using PerfFlow.ServiceDefaults.Hosting;

namespace PerfFlow.Platform.Data.Migrations;

/// <summary>认可 or 坚持 of a disputed answer; see the .sql file of the same name.</summary>
[DbContext(typeof(PlatformDb))]
[Migration("0041_verdicts")]
internal sealed class ReviewVerdicts : SqlMigration;
