using PerfFlow.Platform.Parameters;
using PerfFlow.Platform.Ui;
using PerfFlow.Platform.Ui.Components;

namespace PerfFlow.Platform.Reviews;

/// <summary>The trail in the words of the page.</summary>
public static class TrailWords
{
    /// <summary>县教育局 第2轮送审, 教科文股 退回.</summary>
    public static string What(TrailLine line, Texts texts) => line.Act switch
    {
        "Start" when texts.Has($"started.{line.Definition}") => texts["reviews.act.of", line.Body, texts[$"started.{line.Definition}"]],
        "Start" => texts["reviews.act.Start"],
        "Complete" when line.Outcome == "Submit" => texts["reviews.act.Submit", line.Body, line.Round],
        "Complete" when Extensions.NamesDay(line.Outcome!) && line.DueAt is { } due => texts["reviews.act.until", line.Body, OutcomeWords.Of(texts, line.Definition, line.Outcome!, line.Role), Show.FullDay(Show.DueDay(due))],
        "Complete" => texts["reviews.act.of", line.Body, OutcomeWords.Of(texts, line.Definition, line.Outcome!, line.Role)],
        "AddParticipant" when line.Place is { } place => texts["signers.trail", line.Body, texts[$"signers.place.{place}"], string.Join(texts["signers.and"], line.People)],
        "RemoveParticipant" or "Copy" when line.People.Count > 0 => texts["signers.trail", line.Body, texts[$"inbox.act.{line.Act}"], string.Join(texts["signers.and"], line.People)],
        "Succeed" when line.People is [var leaver, var successor] => texts["leaver.trail", line.Body, leaver, successor],
        "FireTimer" when line.Silence && texts.Has($"appraisals.silent.{line.Definition}") => texts[$"appraisals.silent.{line.Definition}"],
        "DeliverEvent" when line.ActorId != 0 => texts["reviews.act.of", line.Body, texts["rectification.declare"]],
        "FireTimer" or "DeliverEvent" => texts["reviews.act.timer"],
        _ => texts["reviews.act.of", line.Body, texts[$"inbox.act.{line.Act}"]],
    };

    /// <summary>周某某 · 用时 2 个工作日.</summary>
    public static string Who(TrailLine line, Texts texts)
    {
        var who = Actor(line, texts);
        return line.WorkingDays switch
        {
            null => who,
            0 when line.Hours < 1 => texts["reviews.took.minutes", who, Math.Max(1, Math.Round((line.Hours ?? 0) * 60))],
            0 => texts["reviews.took.hours", who, Show.Count(Math.Round((decimal)(line.Hours ?? 0), 1))],
            { } days => texts["reviews.took.days", who, days],
        };
    }

    /// <summary>周某某, or 周某某（代吴某某） where somebody was away.</summary>
    public static string Actor(TrailLine line, Texts texts) => (line.Actor, line.OnBehalfOf) switch
    {
        (null, _) => texts["reviews.platform"],
        ({ } deputy, { } absent) => texts["handover.both", deputy, absent],
        ({ } actor, _) => actor,
    };

    /// <summary>同意。认可意见2的答复。Opinion or reason, and the verdicts that came with it; null when nothing was said.</summary>
    public static string? Said(TrailLine line, Texts texts)
    {
        var verdicts = string.Concat(line.Verdicts.Select(v => texts[$"reviews.verdict.{v.Verdict}", v.Number]));
        return verdicts.Length == 0 ? line.Said : line.Said + verdicts;
    }

    /// <summary>Newest first, with the open step on top.</summary>
    public static IReadOnlyList<TimelineEntry> Timeline(ReviewModel model, Texts texts)
    {
        var view = model.View;
        var entries = new List<TimelineEntry>();
        if (view.Filing.Task is { } task)
        {
            if (view.NextStep is { } next)
            {
                entries.Add(new TimelineEntry(TimelineKind.ToCome, next) { When = texts["reviews.to-come"] });
            }

            var who = view.HolderPerson ?? view.Holder?.Name ?? "";
            entries.Add(new TimelineEntry(TimelineKind.Current, texts["reviews.act.of", view.Holder?.Name, view.Step?.Name], task.VisitOpenedAt)
            {
                When = texts["reviews.arrived"],
                Who = view.DueDay is { } due ? texts["reviews.now.due", who, Show.Day(due, view.Today)] : who,
            });
        }

        entries.AddRange(view.Trail.Where(l => l.Told).Reverse().Select(line =>
        {
            var sentBack = line.Outcome?.StartsWith("Return", StringComparison.Ordinal) ?? false;
            var rating = line.Rating is { } r ? texts["reviews.rating.of", view.Filing.Parameters.Get(ParameterRegister.GradeLabels).ElementAtOrDefault(r)] : null;
            return new TimelineEntry(sentBack || line.Act is "Withdraw" or "Reopen" or "DeliverEvent" or "ReturnTo" or "TakeBack" ? TimelineKind.Returned : TimelineKind.Done, What(line, texts), line.At)
            {
                Said = (Said(line, texts), rating) switch { ({ } said, { } grade) => texts["reviews.said.rated", said, grade], var (said, grade) => said ?? grade },
                Codes = [.. line.Codes.Select(c => ReturnReasons.Find(c) is { } reason ? $"{c} {texts[reason.TextKey]}" : c)],
                Who = line.Act == "Start" && view.NoticeNumber is { } number ? number : Who(line, texts),
            };
        }));
        return entries;
    }
}
