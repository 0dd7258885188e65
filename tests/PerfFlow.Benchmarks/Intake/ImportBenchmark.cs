using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using PerfFlow.Intake;
using PerfFlow.Intake.Documents;
using PerfFlow.Intake.Layouts;
using PerfFlow.ServiceDefaults.Intake;

namespace PerfFlow.Benchmarks.Intake;

/// <summary>A workbook of 300 projects with 5,000 indicator rows, read and checked by a warm child process as the service does.</summary>
internal static class ImportBenchmark
{
    private const int Projects = 300;
    private const int Indicators = 5_000;
    private const int Runs = 5;

    public static async Task<IReadOnlyList<Measurement>> RunAsync(Log log, CancellationToken ct)
    {
        var file = Path.GetTempFileName();
        try
        {
            await using (var stream = File.Create(file))
            {
                BlankWorkbook.Write(stream, Layout.All["goal-filing"], Data(), IntakeTexts.For(null));
            }

            string[] command = ["dotnet", Path.Combine(AppContext.BaseDirectory, "PerfFlow.Platform.dll"), IntakeParser.Verb];
            await using var pool = new ParserPool(new ParserOptions { Command = command, Processes = 1 }, TimeProvider.System, NullLogger<ParserPool>.Instance);
            await pool.WarmAsync(ct);
            var seconds = new List<double>();
            for (var i = 0; i < Runs; i++)
            {
                var since = Stopwatch.GetTimestamp();
                var reply = await pool.AskAsync(new ParserRequest(file, "goal-filing", null, null, null, new DocumentLimits()), ct);
                seconds.Add(Stopwatch.GetElapsedTime(since).TotalSeconds);
                if (reply.Reading?.Document.Sheet("indicator")?.Rows.Count != Indicators || reply.Reading.FaultCount > 0)
                {
                    throw new InvalidOperationException($"The workbook was not read whole: {reply.Refusal}");
                }
            }

            return
            [
                new Measurement("import")
                {
                    Seconds = Percentiles.Median(seconds),
                    Bytes = pool.PeakBytes,
                    Limit = "≤ 3 s, ≤ 200 MB",
                    Met = Percentiles.Median(seconds) <= 3 && pool.PeakBytes <= 200L * 1024 * 1024,
                    Note = string.Create(CultureInfo.InvariantCulture, $"file of {new FileInfo(file).Length:#,0} bytes; first {seconds[0]:0.00} s, median of {Runs}; bytes = most that the child had resident"),
                },
            ];
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static WorkbookData Data() => new(new Dictionary<string, IReadOnlyList<IReadOnlyDictionary<string, string>>>(StringComparer.Ordinal)
    {
        ["project"] = [.. Enumerable.Range(1, Projects).Select(Project)],
        ["indicator"] = [.. Enumerable.Range(1, Indicators).Select(Indicator)],
    });

    private static string Code(int n) => string.Create(CultureInfo.InvariantCulture, $"33112124T{n:D12}");

    private static Dictionary<string, string> Project(int n) => new(StringComparer.Ordinal)
    {
        ["fiscalYear"] = "2024",
        ["projectCode"] = Code(n),
        ["projectName"] = $"山塘水库除险加固（{n}）",
        ["unitCode"] = "301001",
        ["unitName"] = "水利局",
        ["projectKind"] = "new",
        ["startYear"] = "2024",
        ["endYear"] = "2025",
        ["fundType"] = "generalBudget",
        ["annualTotal"] = "180",
        ["annualFiscal"] = "180",
        ["annualOther"] = "0",
        ["annualGoal"] = "完成 9 座山塘的除险加固，恢复灌溉面积 1,400 亩，汛期前全部通过蓄水验收。",
        ["filledBy"] = "演示人员",
        ["phone"] = "0578-6800000",
    };

    private static Dictionary<string, string> Indicator(int n) => new(StringComparer.Ordinal)
    {
        ["projectCode"] = Code((n % Projects) + 1),
        ["goalKind"] = "annual",
        ["level1"] = "1",
        ["level2"] = "11",
        ["name"] = $"加固山塘座数（{n}）",
        ["sign"] = "atLeast",
        ["target"] = "9",
        ["meterUnit"] = "座",
        ["weight"] = "12.5",
        ["isCore"] = "true",
    };
}
