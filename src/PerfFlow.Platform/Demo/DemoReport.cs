using System.Text.Json.Serialization;
using Npgsql;
using PerfFlow.Platform.Workflows;

namespace PerfFlow.Platform.Demo;

/// <summary>
/// What the year came to, counted by SQL from the live cases of one generation; amounts are 万元 over distinct projects. The
/// figures are those of the county's report (domain.md §8).
/// </summary>
public sealed partial record DemoReport
{
    public required long Departments { get; init; }

    public required long UnitsReturned { get; init; }

    public required long GoalFilingsApproved { get; init; }

    public required long FiledByWorkbook { get; init; }

    public required ReminderFigures Reminders { get; init; }

    public required JournalFigures Journal { get; init; }

    /// <summary>Open items that are left for the visitor.</summary>
    public required long OpenItems { get; init; }

    public required EvaluationFigures DepartmentEvaluations { get; init; }

    public required SpotCheckFigures SpotChecks { get; init; }

    public required FinanceFigures FinanceEvaluations { get; init; }

    /// <summary>Key projects whose monitoring was concluded.</summary>
    public required long KeyMonitored { get; init; }

    public required RectificationFigures Rectifications { get; init; }

    public required ResultFigures Results { get; init; }

    /// <param name="Sent">Rungs that were sent.</param>
    /// <param name="Duplicates">In-app items beyond one per person and (visit, due, rung).</param>
    public sealed record ReminderFigures(long Sent, long Duplicates);

    /// <param name="Lines">Lines of the trail.</param>
    /// <param name="Verified">The whole trail was recomputed and holds.</param>
    public sealed record JournalFigures(long Lines, bool Verified);

    /// <param name="Items">Approved.</param>
    /// <param name="AmountWan">Their adjusted budgets.</param>
    public sealed record EvaluationFigures(long Items, decimal AmountWan);

    /// <param name="Items">Ended: accepted, by silence too, or settled.</param>
    /// <param name="Departments">Theirs.</param>
    /// <param name="AmountWan">Their adjusted budgets.</param>
    public sealed record SpotCheckFigures(long Items, long Departments, decimal AmountWan);

    /// <param name="Items">Confirmed.</param>
    /// <param name="AmountWan">What was evaluated.</param>
    /// <param name="Good">With the grade 良.</param>
    public sealed record FinanceFigures(long Items, decimal AmountWan, long Good);

    /// <param name="Ordered">Orders that stand.</param>
    /// <param name="Reported">Of them with a response.</param>
    /// <param name="Closed">Of them 销号.</param>
    public sealed record RectificationFigures(long Ordered, long Reported, long Closed);

    /// <param name="RecoveredWan">收回, booked; once per project and year.</param>
    /// <param name="Cut10Percent">Booked cuts by ten per cent.</param>
    /// <param name="NotArranged">Booked cancellations.</param>
    public sealed record ResultFigures(decimal RecoveredWan, long Cut10Percent, long NotArranged);

    /// <param name="owner">The owner's connection: only it may look into two services' schemas at once.</param>
    /// <param name="regionId">The generation that was played.</param>
    /// <param name="verification">The verification of the whole trail.</param>
    /// <param name="ct">Stops the counting.</param>
    public static async Task<DemoReport> ReadAsync(string owner, int regionId, JournalReport verification, CancellationToken ct)
    {
        await using var source = NpgsqlDataSource.Create(owner);
        await using var command = source.CreateCommand(Sql);
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = regionId });
        command.Parameters.Add(new NpgsqlParameter<short> { TypedValue = (short)Engine.Instances.InstanceStatus.Finished });
        await using var reader = await command.ExecuteReaderAsync(ct);
        await reader.ReadAsync(ct);
        return new DemoReport
        {
            Departments = reader.GetInt64(0),
            UnitsReturned = reader.GetInt64(1),
            GoalFilingsApproved = reader.GetInt64(2),
            FiledByWorkbook = reader.GetInt64(3),
            Reminders = new ReminderFigures(reader.GetInt64(4), reader.GetInt64(5)),
            Journal = new JournalFigures(verification.Lines, verification.Verified),
            OpenItems = reader.GetInt64(6),
            DepartmentEvaluations = new EvaluationFigures(reader.GetInt64(7), reader.GetDecimal(8)),
            SpotChecks = new SpotCheckFigures(reader.GetInt64(9), reader.GetInt64(10), reader.GetDecimal(11)),
            FinanceEvaluations = new FinanceFigures(reader.GetInt64(12), reader.GetDecimal(13), reader.GetInt64(14)),
            KeyMonitored = reader.GetInt64(15),
            Rectifications = new RectificationFigures(reader.GetInt64(16), reader.GetInt64(17), reader.GetInt64(18)),
            Results = new ResultFigures(reader.GetDecimal(19), reader.GetInt64(20), reader.GetInt64(21)),
        };
    }
}
