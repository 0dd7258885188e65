using PerfFlow.Engine.Definitions;
using PerfFlow.Engine.Instances;
using PerfFlow.Engine.Layout;
using PerfFlow.Platform.Notices;
using PerfFlow.Platform.Reviews;
using PerfFlow.Platform.Ui;

namespace PerfFlow.Platform.Pictures;

/// <summary>Pictures in the words of the reader.</summary>
public static class PictureWords
{
    private const double NoteEms = 11.2;

    /// <summary>县教育局 第2轮送审: the sentence of a line, as in the trail.</summary>
    public static string What(TrailLine line, Texts texts) => line is { Definition: NoticeSteps.Definition, Act: "Complete", Outcome: { } outcome }
        ? texts["reviews.act.of", line.Body, OutcomeWords.Of(texts, line.Definition, outcome, line.Role)]
        : TrailWords.What(line, texts);

    /// <summary>What a way is called: the decisions that lead along it.</summary>
    public static IReadOnlyList<string> Ways(string definition, Drawing drawing, DrawnLine line, IReadOnlyDictionary<string, string> roles, Texts texts)
    {
        if (line.Beside)
        {
            return [texts["pictures.beside"]];
        }

        return drawing.Steps.First(step => step.Id == line.From).Kind == DrawnKind.Decision
            ? [.. line.Outcomes.Select(answer => answer switch { "True" => texts["pictures.yes"], "False" => texts["pictures.no"], _ => answer })]
            : [.. line.Outcomes.Select(outcome => OutcomeWords.Of(texts, definition, outcome, roles.GetValueOrDefault(line.From)))];
    }

    /// <summary>已完成, 办理中 …: of a line as a whole.</summary>
    public static string State(StepState state, Texts texts) => texts[$"pictures.state.{state}"];

    /// <summary>How the case stands as a whole; null while it runs.</summary>
    public static string? Status(CasePicture picture, Texts texts) => picture.Status switch
    {
        InstanceStatus.Running => null,
        InstanceStatus.Finished => picture.Steps.FirstOrDefault(step => step.Step.Kind == DrawnKind.End && step.State == StepState.Done) is { } end ? texts["pictures.finished", end.Step.Name] : texts["pictures.ended"],
        InstanceStatus.Waived => texts["state.waived"],
        InstanceStatus.Voided => texts["state.voided"],
        InstanceStatus.Cancelled => texts["state.cancelled"],
        _ => texts["state.faulted"],
    };

    /// <summary>Who did it last, as far as the trail names somebody.</summary>
    public static string? By(CasePicture picture, PictureStep step)
    {
        var line = LastLine(picture, step);
        return line?.Actor is null ? null : line.Body.Length == 0 ? line.Actor : $"{line.Actor} · {line.Body}";
    }

    private static TrailLine? LastLine(CasePicture picture, PictureStep step) =>
        step.Visits.Where(visit => visit.Settled).MaxBy(visit => visit.ClosedBy)?.ClosedBy is { } seq ? picture.Trail.FirstOrDefault(line => line.Seq == seq) : null;

    /// <summary>The picture of a case as it is written.</summary>
    public static SvgPicture Svg(CasePicture picture, DateOnly today, Texts texts)
    {
        return new SvgPicture(
            picture.Drawing.Width,
            picture.Drawing.Height,
            [.. picture.Steps.Select(Box)],
            [.. picture.Ways.OrderBy(way => way.Gone).Select(way =>
                new SvgWay(way.Line, Class(way), Label(way.Line, Ways(picture.Definition, picture.Drawing, way.Line, picture.Roles, texts), way.Gone, texts)))]);

        SvgBox Box(PictureStep step)
        {
            var title = string.Join('\n', Facts(picture, step, today, texts).Prepend(step.Step.Name));
            var human = step.Step.Kind is not (DrawnKind.Decision or DrawnKind.End or DrawnKind.Start);
            return new SvgBox(
                step.Step,
                step.State.ToString().ToLowerInvariant(),
                human || (step.Step.Kind == DrawnKind.End && step.State == StepState.Done) ? Mark(step.State) : null,
                SvgText.Wrap(step.Step.Name, NameWidth(step.Step.Kind)),
                human ? [.. Notes(picture, step, today, texts).Select(note => SvgText.Cut(note, NoteEms))] : [],
                human && step.Times > 1 ? texts["pictures.times", step.Times] : null,
                title);
        }
    }

    /// <summary>Where all the cases of a notice stand, as it is written: the warmer the more cases stand at a step.</summary>
    public static SvgPicture Svg(NoticePicture picture, Texts texts)
    {
        var most = Math.Max(1, picture.Steps.Max(step => step.Standing));
        return new SvgPicture(
            picture.Drawing.Width,
            picture.Drawing.Height,
            [.. picture.Steps.Select(step => new SvgBox(
                step.Step,
                $"heat-{Warmth(step.Standing, most)}",
                null,
                SvgText.Wrap(step.Step.Name, NameWidth(step.Step.Kind)),
                step.Step.Kind is DrawnKind.Human or DrawnKind.Timer or DrawnKind.Event ? [.. Notes(step, texts)] : [],
                null,
                string.Join('\n', Facts(step, texts).Prepend(step.Step.Name))))],
            [.. picture.Drawing.Lines.Select(line => new SvgWay(line, line.Beside ? "beside" : line.Returns ? "back" : "", Label(line, Ways(picture.Definition, picture.Drawing, line, picture.Roles, texts), 0, texts)))]);
    }

    /// <summary>What there is to tell of a step, one fact per line, for the list and the tool tip.</summary>
    public static IEnumerable<string> Facts(CasePicture picture, PictureStep step, DateOnly today, Texts texts)
    {
        yield return State(step.State, texts);
        if (step.Open is { } open)
        {
            if (step.Holder is { } holder)
            {
                yield return texts["pictures.holder", holder];
            }

            var since = Show.Day(Show.DayOf(open.OpenedAt), today);
            yield return open.WorkingDays == 0 ? texts["pictures.since.none", since] : texts["pictures.since", since, open.WorkingDays];
        }

        if (By(picture, step) is { } by)
        {
            yield return step.Open is null ? by : texts["pictures.by.before", by];
        }

        var settled = step.Settled.ToList();
        if (settled.Count > 1)
        {
            yield return step.WorkingDays == 0 ? texts["pictures.took.all.none", settled.Count] : texts["pictures.took.all", settled.Count, step.WorkingDays];
        }
        else if (settled.Count == 1)
        {
            yield return step.WorkingDays == 0 ? texts["pictures.took.none"] : texts["pictures.took", step.WorkingDays];
        }
    }

    /// <summary>The same of a step over all cases.</summary>
    public static IEnumerable<string> Facts(NoticeStep step, Texts texts)
    {
        if (step.Step.Kind is DrawnKind.Human or DrawnKind.Timer or DrawnKind.Event)
        {
            yield return texts["pictures.standing", step.Standing];
        }

        if (step.MedianDays is { } median)
        {
            yield return texts["pictures.median.of", Show.Count((decimal)median), step.Decided];
            if (step.ReturnedShare is { } share)
            {
                yield return texts["pictures.returned.of", step.Returned, share];
            }
        }
    }

    private static IEnumerable<string> Notes(CasePicture picture, PictureStep step, DateOnly today, Texts texts)
    {
        if (step.Open is { } open)
        {
            yield return step.Holder ?? texts["pictures.waiting"];
            yield return texts["pictures.since.short", Show.Day(Show.DayOf(open.OpenedAt), today), open.WorkingDays];
            yield break;
        }

        if (step.Visits.Any(visit => visit.Settled))
        {
            var line = LastLine(picture, step);
            if (line?.Body is { Length: > 0 } body)
            {
                yield return body;
            }

            yield return line?.Actor is { } actor ? texts["pictures.took.by", actor, step.WorkingDays] : texts["pictures.took", step.WorkingDays];
        }
        else if (step.State == StepState.Overtaken)
        {
            yield return State(step.State, texts);
        }
    }

    private static IEnumerable<string> Notes(NoticeStep step, Texts texts)
    {
        yield return texts["pictures.standing", step.Standing];
        if (step.MedianDays is { } median)
        {
            yield return step.Returned == 0 ? texts["pictures.median", Show.Count((decimal)median)] : texts["pictures.median.returned", Show.Count((decimal)median), step.ReturnedShare];
        }
    }

    /// <summary>By step the role that decides it: the same outcome has another name for another role.</summary>
    internal static IReadOnlyDictionary<string, string> RolesOf(IEnumerable<HumanStep> steps) =>
        steps.GroupBy(step => step.ActivityId, StringComparer.Ordinal).ToDictionary(group => group.Key, group => group.First().Role, StringComparer.Ordinal);

    private static string Mark(StepState state) => state switch
    {
        StepState.Done => "done",
        StepState.SentBack => "back",
        StepState.Current => "current",
        StepState.Overtaken => "overtaken",
        _ => "none",
    };

    private static string Class(PictureWay way) =>
        string.Join(' ', new[] { way.Line.Beside ? "beside" : way.Line.Returns ? "back" : null, way.Gone > 0 ? "gone" : null }.OfType<string>());

    /// <summary>What fits beside the mark, and beside the sign of a timer or an event.</summary>
    internal static double NameWidth(DrawnKind kind) => kind switch { DrawnKind.Timer or DrawnKind.Event => 7, DrawnKind.End => 8, _ => 8.6 };

    /// <summary>0 to 4, in equal steps of the fullest.</summary>
    private static int Warmth(int standing, int most) => standing == 0 ? 0 : Math.Min(4, 1 + (3 * standing / most));

    /// <summary>The words of a line and how often it was gone; between two boxes there is room for five characters a line.</summary>
    internal static IReadOnlyList<string> Label(DrawnLine line, IReadOnlyList<string> words, int gone, Texts texts)
    {
        var times = gone > 1 && !line.Beside ? texts["pictures.times", gone] : "";
        IEnumerable<string> lines = line.Label.Narrow ? [.. words.SelectMany(word => SvgText.Wrap(word, 5.2)), times] : [$"{string.Join('／', words)} {times}".Trim()];
        return [.. lines.Where(text => text.Length > 0)];
    }
}
