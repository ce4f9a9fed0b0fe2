/* What a mark says: the words of whoever set it, or what the patient felt. */
import { t } from './words.js';

export function markWords(mark) { return mark.words || t(mark.symptom ? 'phone.symptom_' + mark.symptom : 'strip.mark_of_patient'); }
