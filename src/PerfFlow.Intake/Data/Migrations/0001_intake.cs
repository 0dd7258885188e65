using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using PerfFlow.ServiceDefaults.Hosting;

namespace PerfFlow.Intake.Data.Migrations;

/// <summary>Files, documents, drops, outbox; see the .sql file of the same name.</summary>
[DbContext(typeof(IntakeDb))]
[Migration("0001_intake")]
internal sealed class FilesAndDocuments : SqlMigration;
